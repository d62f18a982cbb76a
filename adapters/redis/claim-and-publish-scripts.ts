/**
 * Takes the claim on a table: `KEYS = [claim]`, `ARGV = [token, lease in ms]`. A token is a UUID, a colon and
 * the owner. An owner takes the claim over from its own earlier attempts. Another owner's claim stays, and
 * the script returns its token.
 */
export const TAKE_CLAIM = `
local held = redis.call('GET', KEYS[1])
if held and string.sub(held, 38) ~= string.sub(ARGV[1], 38) then return held end
redis.call('SET', KEYS[1], ARGV[1], 'PX', ARGV[2])
return false`;

/** The start of each script that writes: a writer that has lost the claim writes nothing. */
const CHECK_CLAIM = `
if redis.call('GET', KEYS[1]) ~= ARGV[1] then return false end
redis.call('PEXPIRE', KEYS[1], ARGV[2])`;

export const RENEW_CLAIM = `${CHECK_CLAIM}
return 1`;

export const RELEASE_CLAIM = `
if redis.call('GET', KEYS[1]) == ARGV[1] then redis.call('DEL', KEYS[1]) end`;

/** Writes rows: `KEYS = [claim, row, …]`, `ARGV = [token, lease, value, …]`. */
export const WRITE_ROWS = `${CHECK_CLAIM}
for i = 2, #KEYS do redis.call('SET', KEYS[i], ARGV[i + 1]) end
return 1`;

/**
 * Publishes: `KEYS = [claim, pointer]`, `ARGV = [token, lease, pointer, not before, clock]`. With `clock` = 1
 * the time of publication is this server's clock, but never before `not before`; otherwise it is `not
 * before`. Times are in microseconds since 1970.
 */
export const PUBLISH = `${CHECK_CLAIM}
local pointer = cjson.decode(ARGV[3])
local time = redis.call('TIME')
local now = string.format('%d%06d', time[1], time[2])
local at = ARGV[4]
if ARGV[5] == '1' and tonumber(now) > tonumber(at) then at = now end
pointer.current.publishedAt = at
local text = cjson.encode(pointer)
redis.call('SET', KEYS[2], text)
return text`;
