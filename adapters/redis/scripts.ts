/**
 * Takes the claim on a table: `KEYS = [claim]`, `ARGV = [token, lease in ms]`. A token is a UUID, a colon and its
 * owner. An owner takes over from its own earlier attempts; another's claim stays, and is returned.
 */
export const TAKE_CLAIM = `
local held = redis.call('GET', KEYS[1])
if held and string.sub(held, 38) ~= string.sub(ARGV[1], 38) then return held end
redis.call('SET', KEYS[1], ARGV[1], 'PX', ARGV[2])
return false`;

/** Whoever has lost the claim writes nothing more. */
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
 * Publishes: `KEYS = [claim, pointer]`, `ARGV = [token, lease, pointer, not before, clock]`. The moment of publication
 * is this server's clock (where \`clock\` is 1) as the pointer changes, and never before \`not before\`; both in microseconds.
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
