/** What was found, and how many questions it took. */
export interface MinimalSet<Item> {
  readonly needed: readonly Item[];
  readonly questions: number;
}

/**
 * The items that must be there for `works` to say yes: delta debugging for a question where more never hurts. It looks
 * for the shortest beginning of the list that works together with what is known to be needed; the last item of that
 * beginning is needed too. One needed item among n takes at most log2(n) + 2 questions, each further one as many again.
 *
 * `works` said yes to all items and no to none of them before. What is returned was itself asked, with yes as the answer.
 */
export async function minimalSet<Item>(
  items: readonly Item[],
  works: (items: readonly Item[]) => Promise<boolean>,
): Promise<MinimalSet<Item>> {
  const needed: Item[] = [];
  let questions = 0;
  const ask = (candidates: readonly Item[]) => {
    questions++;
    return works([...needed, ...candidates]);
  };
  let rest = items;
  while (rest.length > 0) {
    const shortest = await shortestBeginning(rest, ask);
    const last = rest[shortest - 1];
    if (last === undefined) break;
    needed.push(last);
    rest = rest.slice(0, shortest - 1);
    if (rest.length === 0 || (await ask([]))) break;
  }
  return { needed, questions };
}

/** How many items from the front are enough; all of them are. */
async function shortestBeginning<Item>(
  items: readonly Item[],
  works: (items: readonly Item[]) => Promise<boolean>,
): Promise<number> {
  let tooFew = 0;
  let enough = items.length;
  while (enough - tooFew > 1) {
    const middle = Math.floor((tooFew + enough) / 2);
    if (await works(items.slice(0, middle))) enough = middle;
    else tooFew = middle;
  }
  return enough;
}
