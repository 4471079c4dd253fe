// What an operation of a certain kind has to have.
//
// Of which kind: `methods`, a `path` it matches, one in `except` it does not, a `body` it takes, a `parameter` it has, `guarded`
// operations only. What it needs: `parameters` by name (`required` ones, where that is said) and `responses` by status.

const METHODS = ["get", "put", "post", "patch", "delete"];

export default function operation(operation, options, { path }) {
  const [address, method] = path.slice(-2);
  if (!METHODS.includes(method) || !isMeant(operation, method, address, options)) return [];
  const parameters = operation.parameters ?? [];
  const found = (name) => parameters.some((each) => each.name === name && (!options.required || each.required));
  const missing = [
    ...(options.parameters ?? []).filter((name) => !found(name)).map((name) => `the parameter ${name}`),
    ...(options.responses ?? []).filter((status) => !operation.responses?.[status]).map((status) => `a ${status}`),
  ];
  return missing.map((what) => ({ message: `${method.toUpperCase()} ${address} lacks ${what}.` }));
}

function isMeant(operation, method, address, { methods, path, except, body, parameter, guarded }) {
  return (
    (!methods || methods.includes(method)) &&
    (!path || new RegExp(path).test(address)) &&
    (!except || !new RegExp(except).test(address)) &&
    (!body || operation.requestBody !== undefined) &&
    (!guarded || !operation["x-public"]) &&
    (!parameter || (operation.parameters ?? []).some((each) => each.name === parameter))
  );
}
