/** Names of the browser's types that the declarations of aws4fetch use and Node's do not have. */
declare global {
  type HeadersInit = NonNullable<RequestInit["headers"]>;
  type BodyInit = NonNullable<RequestInit["body"]>;
}

export {};
