/** A way to say that a name is missing: what stands right before the name, or right after it. */
export interface Saying {
  readonly rule: string;
  readonly pattern: RegExp;
  /** `shown` where only a variable of the environment is spoken of in this way. */
  readonly strength: "said" | "shown";
  /** What must stand on the other side of the name as well. */
  readonly and?: RegExp;
}

/** Every way, and the words that tell of something missing wherever they stand near a name. */
export interface Sayings {
  readonly after: readonly Saying[];
  readonly before: readonly Saying[];
  readonly nearby: RegExp;
}

/** Made when a failure asks. */
export function sayings(): Sayings {
  return { after: sayingsAfter(), before: sayingsBefore(), nearby: failureWords() };
}

const quotes = "[\"'`’”})\\]>%]*";
const filling =
  "(?:env|environment|variables?|vars?|is|are|was|were|has|have|been|currently|either|value|key|setting|and|a|the)";
const duty = "(?:must|should|needs? to|has to|have to)";

/** Each is held against the 80 characters after a name. */
function sayingsAfter(): readonly Saying[] {
  const rest = `^${quotes}[:,]? ?(?:${filling} ){0,8}`;
  const verb =
    "(?:set|defined|found|provided|present|specified|configured|exported|available|given|initiali[sz]ed|declared|supplied)";
  return [
    {
      rule: "shell-unset",
      strength: "shown",
      pattern: /^: (?:unbound variable|parameter (?:null or )?not set(?: or null)?|Undefined variable)/i,
    },
    {
      rule: "name-not-set",
      strength: "shown",
      pattern: new RegExp(`${rest}(?:not set|unset|not exported)\\b`, "i"),
    },
    {
      rule: "name-not-set",
      strength: "said",
      pattern: new RegExp(`${rest}(?:not|never) (?:been )?${verb}\\b`, "i"),
    },
    {
      rule: "name-not-set",
      strength: "said",
      pattern: new RegExp(`${rest}(?:isn't|wasn't|hasn't been|aren't) ${verb}\\b`, "i"),
    },
    {
      rule: "name-required",
      strength: "shown",
      pattern: new RegExp(`${rest}${duty} be (?:${filling} ){0,3}${verb}\\b`, "i"),
    },
    {
      rule: "name-missing",
      strength: "said",
      pattern: new RegExp(
        `${rest}(?:undefined|missing|required|empty|blank|null|None|nil|NotPresent)\\b`,
        "i",
      ),
    },
    { rule: "schema", strength: "said", pattern: /^["'] but received undefined/ },
    { rule: "schema", strength: "shown", pattern: /^\n {2}Field required\b/ },
  ];
}

/** Each is held against the 80 characters before a name; only those that say so reach over the line's beginning. */
function sayingsBefore(): readonly Saying[] {
  const opening = "[\"'`‘“$({\\[<%]*$";
  const of =
    "(?: (?:required|the|a|an|env|environment|variables?|vars?|for|value|key|named|called|your|no|set)){0,6}";
  return [
    { rule: "perl-uninitialized", strength: "shown", pattern: /uninitialized value .{0,20}\$ENV\{["']?$/ },
    {
      rule: "python-environ",
      strength: "shown",
      pattern: /(?:environ|<frozen os>|os\.py)[\s\S]*KeyError: ['"]$/,
    },
    { rule: "python-environ", strength: "said", pattern: /KeyError: ['"]$/ },
    {
      // What a script says itself with ${NAME:?words}: the shell puts the name before the words.
      rule: "shell-required",
      strength: "said",
      pattern: /(?<=(?:^|\n)\S+:(?: line)? ?\d+: )$/,
      and: /^: \S/,
    },
    // What we say ourselves when nothing is started without it.
    { rule: "name-required", strength: "shown", pattern: /\bCannot give "$/, and: /^", which / },
    { rule: "no-value", strength: "shown", pattern: /\bno value for \$$/i },
    { rule: "schema", strength: "said", pattern: /\bpath"?: ?\[\s*["']$/ },
    { rule: "name-not-set", strength: "shown", pattern: /\b(?:neither|nor) ["'`‘$]*$/ },
    {
      rule: "list-of-missing",
      strength: "shown",
      pattern:
        /\b(?:missing|required|undefined|unset)\b[^\n]{0,30}\b(?:env|environment|variables?|vars?)\b[^\n]{0,20}:\s*\n(?:.*\n)*\s*[-*•]?\s*["'`$]*$/i,
    },
    {
      rule: "name-missing",
      strength: "said",
      pattern: new RegExp(
        `\\b(?:missing|unset|undefined|not set|not found|no value for|could not (?:find|read|get)|cannot (?:find|read|get)|can't (?:find|read|get))${of}:? ?${opening}`,
        "i",
      ),
    },
    {
      rule: "name-required",
      strength: "said",
      pattern: new RegExp(
        `\\b(?:required|requires|require|please (?:set|export|define|provide)|(?:must|need to|have to|should) (?:set|export|define|provide)|(?:set|setting|export|define|defining|populate) the)${of}:? ?${opening}`,
        "i",
      ),
    },
    {
      rule: "name-missing",
      strength: "shown",
      pattern: new RegExp(`\\bresolve placeholder ${opening}`, "i"),
    },
  ];
}

function failureWords(): RegExp {
  return /(?<![\w-])(?:unbound|unset|undefined|uninitialized|not (?:set|defined|found|provided|present|specified|configured|exported|available)|missing|required|requires|must be|no value|keyerror|could not find|cannot find|empty|does not exist|no such)(?![\w-])/i;
}
