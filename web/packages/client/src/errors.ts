import type { FieldError, Problem } from "@parley/protocol";

/** The server answered and said no. `code` is stable and safe to branch on. */
export class ApiError extends Error {
  readonly problem: Problem;
  constructor(problem: Problem) {
    super(`${problem.status} ${problem.code}: ${problem.detail || problem.title}`);
    this.name = "ApiError";
    this.problem = problem;
  }
  get code(): string {
    return this.problem.code;
  }
  /** The code of the first field that was refused, where it was a field. */
  get reason(): string {
    return (this.code === "invalid_input" && this.errors[0]?.code) || this.code;
  }
  get status(): number {
    return this.problem.status;
  }
  get errors(): readonly FieldError[] {
    return this.problem.errors;
  }
}

/** No answer: offline, refused, timed out. Trying again with the same key is safe. */
export class NetworkError extends Error {
  constructor(reason: string) {
    super(reason);
    this.name = "NetworkError";
  }
}

/** True when the same request may succeed later without a change. */
export function isTransient(error: unknown): boolean {
  if (error instanceof NetworkError) return true;
  return error instanceof ApiError && (error.status >= 500 || error.status === 429);
}
