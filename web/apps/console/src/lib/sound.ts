let context: AudioContext | null = null;

function note(audio: AudioContext, frequency: number, at: number, length: number): void {
  const oscillator = audio.createOscillator();
  const gain = audio.createGain();
  oscillator.frequency.value = frequency;
  oscillator.type = "sine";
  gain.gain.setValueAtTime(0, at);
  gain.gain.linearRampToValueAtTime(0.12, at + 0.015);
  gain.gain.exponentialRampToValueAtTime(0.0001, at + length);
  oscillator.connect(gain).connect(audio.destination);
  oscillator.start(at);
  oscillator.stop(at + length);
}

/** In a busy minute one tone a second says as much as ten. */
const PAUSE_MS = 1000;
const playedAt = { message: 0, offer: 0 };

/** Two soft tones for a message, a rising three for an offer. Silent until the agent has touched the page once. */
export function playSound(kind: "message" | "offer"): void {
  if (Date.now() - playedAt[kind] < PAUSE_MS) return;
  playedAt[kind] = Date.now();
  try {
    context ??= new AudioContext();
    if (context.state === "suspended") void context.resume();
    const start = context.currentTime + 0.01;
    const tones = kind === "offer" ? [587, 740, 880] : [659, 880];
    tones.forEach((tone, index) => {
      if (context) note(context, tone, start + index * 0.13, 0.32);
    });
  } catch {
    // No audio device: nothing to say it with.
  }
}
