/** citty, loaded when there is something to parse or help to show: `node:util` behind it costs 1 ms at every start. */
export const loadCitty = () => import("citty");
