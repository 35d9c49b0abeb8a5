import { describe, expect, it } from "vitest";
import { chosenTime, localTime, mondayMorning, tomorrowMorning } from "./schedule";

const at = (day: number, hour = 15) => new Date(2026, 10, day, hour, 30).getTime();
const nine = (day: number) => new Date(2026, 10, day, 9, 0).getTime();

describe("sending later", () => {
  it("tomorrow is the next day, also shortly after midnight", () => {
    expect(tomorrowMorning(at(20))).toBe(nine(21));
    expect(tomorrowMorning(at(20, 0))).toBe(nine(21));
  });

  it.each([
    [20, 23], // Friday
    [22, 23], // Sunday
    [23, 30], // Monday
    [24, 30],
  ])("from the %d th the Monday is the %d th", (from, monday) => expect(mondayMorning(at(from))).toBe(nine(monday)));

  it("takes a time of the agent's own clock, and none that has passed", () => {
    expect(chosenTime(localTime(nine(23)), at(20))).toBe(nine(23));
    expect(chosenTime(localTime(nine(19)), at(20))).toBeNull();
    expect(chosenTime("", at(20))).toBeNull();
  });
});
