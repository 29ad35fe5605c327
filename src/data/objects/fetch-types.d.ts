/** Names of the browser's types that the declarations of aws4fetch use and Node's do not have. */
type HeadersInit = NonNullable<RequestInit["headers"]>;
type BodyInit = NonNullable<RequestInit["body"]>;
