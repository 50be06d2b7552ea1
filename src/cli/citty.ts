/** citty, loaded when there is help to show: `node:util` behind it costs 1 ms at every start. */
export const loadCitty = () => import("citty");
