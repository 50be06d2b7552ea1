/** The reader of policy files, loaded when there is one: the TOML parser behind it is not for a start without. */
export const loadPolicyFiles = () => import("../environment/read-policy-files.ts");
