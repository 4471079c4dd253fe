// Ids of objects: every parameter and member whose name says that it holds one names the noun of the object (`x-resource`),
// and those that a caller sends one at a time have the form of a TypeID.

const HOLDS_ID = /(^|_)ids?$/;
// The prefix may have a part that says whose it is: `op_[a-z]+_`.
const TYPEID = /^\^[a-z][a-z_]*(\[a-z\]\+)?_\[0-7\]/;

export default function reference(target, { what, except }, { path }) {
  return what === "noun" ? withoutNoun(target, new Set(except)) : withoutForm(target, path);
}

// Of a parameter, or of the properties of a schema.
function withoutNoun(target, except) {
  const named = typeof target.name === "string" && target.in ? [[target.name, target]] : Object.entries(target);
  return named
    .filter(([name, each]) => HOLDS_ID.test(name) && name !== "id" && !except.has(name) && !each["x-resource"])
    .map(([name]) => ({ message: `${name} does not say in x-resource whose id it is.` }));
}

function withoutForm(target, path) {
  if (target.in) {
    const own = target.in === "path" && target.name === "id" && target["x-resource"];
    return own && !TYPEID.test(target.schema.pattern ?? "") ? [{ message: "The id in the path has no form." }] : [];
  }
  return Object.entries(target)
    .filter(([, each]) => each["x-resource"])
    .filter(([, each]) => ![each, each.items ?? {}, ...(each.anyOf ?? [])].some((one) => TYPEID.test(one.pattern ?? "")))
    .map(([name]) => ({ message: `${name} has no form.`, path: [...path, name] }));
}
