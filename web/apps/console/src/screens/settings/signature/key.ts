/** Of what the server has of the signature, in the query cache. */
export const SIGNATURE = ["own-signature"];
