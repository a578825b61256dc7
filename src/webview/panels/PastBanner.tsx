/** Said while a past moment is looked at. */
import { moment } from "../run/clock.ts";
import { continueFromHere, pause } from "../run/controls.ts";
import { liveProgram } from "../run/live.ts";
import { lookAt, viewing } from "../run/moments.ts";
import { t } from "../state/strings.ts";
import { now } from "../state/view.ts";

export function PastBanner() {
  if (viewing.value === null) {
    return null;
  }
  return (
    <div class="banner" role="status">
      <i class="codicon codicon-history" aria-hidden="true" />
      <span>{t("Viewing {0}", moment(now.value))}</span>
      <button type="button" class="link-button" onClick={() => lookAt(null)}>
        {t("Back to now")}
      </button>
      {liveProgram.value === null && (
        <button
          type="button"
          class="link-button"
          title={t("Forget what came after this moment and go on from here")}
          onClick={() => {
            pause();
            void continueFromHere();
          }}
        >
          {t("Continue from here")}
        </button>
      )}
    </div>
  );
}
