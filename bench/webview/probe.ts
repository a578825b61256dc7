/** Runs in the page that is measured, before anything of it: when the first picture was there, and how long frames took. */

export interface Probe {
  /** Milliseconds from the page's start to the end of the first frame with a picture; 0 before. */
  shown: number;
  /** Milliseconds between frames. */
  begin(): void;
  end(): number[];
}

export function installProbe(): void {
  const scope = globalThis as unknown as { probe: Probe; first: unknown };
  let between: number[] | null = null;
  let last = 0;
  const loop = (time: number): void => {
    if (probe.shown === 0 && document.querySelector(".card, .outline-line, [data-path]") !== null) {
      probe.shown = -1;
      setTimeout(() => {
        probe.shown = performance.now();
      });
    }
    if (between !== null) {
      if (last > 0) between.push(time - last);
      last = time;
    }
    requestAnimationFrame(loop);
  };
  const probe: Probe = {
    shown: 0,
    begin() {
      between = [];
      last = 0;
    },
    end() {
      const found = between ?? [];
      between = null;
      return found;
    },
  };
  scope.probe = probe;
  requestAnimationFrame(loop);
}
