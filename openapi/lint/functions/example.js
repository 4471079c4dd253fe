// A body or an answer has an example; a page and a batch have it where their items are described.

export default function example(schema) {
  return has(schema) ? [] : [{ message: "There is no example." }];
}

function has(schema) {
  if (schema.examples?.length) return true;
  const { data, items, body } = schema.properties ?? {};
  const inner = [...(schema.anyOf ?? []), ...(body?.anyOf ?? []), data?.items, items?.items];
  return inner.some((each) => each && has(each));
}
