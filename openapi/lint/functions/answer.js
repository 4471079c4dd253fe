// Which headers, parameters and members the answers of an operation have: those with a status that matches `status`, and
// with all of the `members` in their JSON where that is said.

export default function answer(operation, options, { path }) {
  const problems = [];
  for (const [status, response] of Object.entries(operation?.responses ?? {})) {
    const schema = response.content?.["application/json"]?.schema ?? {};
    if (!new RegExp(options.status).test(status) || !hasAll(schema.properties ?? {}, options.members ?? [])) continue;
    const lacks = (what, name) =>
      problems.push({ message: `${status} lacks ${what} ${name}.`, path: [...path, "responses", status] });
    for (const name of options.headers ?? []) if (!response.headers?.[name]) lacks("the header", name);
    for (const name of options.envelope ?? []) if (!schema.properties?.[name]) lacks("the member", name);
    for (const name of options.parameters ?? [])
      if (!(operation.parameters ?? []).some((each) => each.name === name)) lacks("for its list the parameter", name);
  }
  return problems;
}

function hasAll(properties, names) {
  return names.every((name) => name in properties);
}
