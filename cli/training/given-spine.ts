import type { MadeSpine, SpineSource } from '../../client/index.ts';

/** The options of a command that say what the spine is. */
export interface GivenSpineOptions {
  readonly spine?: string | undefined;
  readonly spineQuery?: string | undefined;
  readonly entitiesOf?: string | undefined;
  readonly at?: string | undefined;
  readonly from?: string | undefined;
  readonly to?: string | undefined;
  readonly every?: string | undefined;
}

/** The spine that options say, or what is wrong with them. */
export function givenSpine({
  spine,
  spineQuery: query,
  entitiesOf,
  at,
  from,
  to,
  every,
}: GivenSpineOptions): { readonly spine: SpineSource | MadeSpine } | { readonly problem: string } {
  const moments = [at, from, to, every].filter((option) => option !== undefined);
  const sources = [spine, query, entitiesOf].filter((option) => option !== undefined);
  if (sources.length !== 1)
    return { problem: "give one of '--spine <file>', '--spine-query <sql>' and '--entities-of <table>'" };
  if (entitiesOf === undefined && moments.length > 0)
    return { problem: "'--at', '--from', '--to' and '--every' belong to '--entities-of <table>'" };
  if (spine !== undefined) return { spine };
  if (query !== undefined) return { spine: { query } };
  if (at !== undefined && moments.length === 1) return { spine: { entitiesOf: entitiesOf!, at } };
  if (at === undefined && from !== undefined && to !== undefined && every !== undefined)
    return { spine: { entitiesOf: entitiesOf!, from, to, every } };
  return { problem: "'--entities-of' needs '--at <time>', or '--from', '--to' and '--every'" };
}
