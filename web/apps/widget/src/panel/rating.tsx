import { Component } from "preact";
import { Icon } from "./icons";
import type { Words } from "./words";

interface Props {
  name: string;
  words: Words;
  onRate(score: number, comment: string): Promise<boolean>;
  onSkip(): void;
}

interface State {
  score: number;
  comment: string;
  status: "asking" | "sending" | "failed";
}

const SCORES = [1, 2, 3, 4, 5];

/** Native radio buttons under drawn stars: arrow keys, one tab stop and "4 of 5" come with them. */
export class RatingCard extends Component<Props, State> {
  override state: State = { score: 0, comment: "", status: "asking" };

  private handleSubmit = async (event: SubmitEvent) => {
    event.preventDefault();
    const { score, comment, status } = this.state;
    if (!score || status === "sending") return;
    this.setState({ status: "sending" });
    const is_done = await this.props.onRate(score, comment.trim());
    if (!is_done) this.setState({ status: "failed" });
  };

  override render() {
    const { name, words, onSkip } = this.props;
    const { score, comment, status } = this.state;
    return (
      <form class="rate" data-testid="rating" onSubmit={this.handleSubmit}>
        <fieldset>
          <legend>{words.rateTitle(name)}</legend>
          <div class="stars">
            {SCORES.map((n) => (
              <label key={n}>
                <input
                  type="radio"
                  name="parley-score"
                  data-testid={`rating-star-${n}`}
                  checked={n === score}
                  aria-label={words.score(n, words.scores[n - 1] ?? "")}
                  onChange={() => this.setState({ score: n })}
                />
                <Icon name="star" filled={n <= score} />
              </label>
            ))}
          </div>
        </fieldset>
        <p class="scale" aria-hidden="true">
          {score ? words.score(score, words.scores[score - 1] ?? "") : " "}
        </p>
        <textarea
          class="input"
          rows={2}
          maxLength={1000}
          placeholder={words.comment}
          aria-label={words.comment}
          data-testid="rating-comment"
          value={comment}
          onInput={(event) => this.setState({ comment: event.currentTarget.value })}
        />
        {status === "failed" && (
          <p class="error" role="alert">
            {words.rateFailed}
          </p>
        )}
        <button class="btn primary" type="submit" data-testid="rating-submit" disabled={!score || status === "sending"}>
          {words.rate}
        </button>
        <button class="btn quiet" type="button" data-testid="rating-skip" onClick={onSkip}>
          {words.notNow}
        </button>
      </form>
    );
  }
}
