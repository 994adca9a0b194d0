/** A failure told to the operator in one sentence that says what to do. */
export class Trouble extends Error {}
