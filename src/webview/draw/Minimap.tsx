/** An overview of a tree that is larger than the canvas; a click or drag moves the view. */
import { camera, ownCamera } from "../state/camera.ts";
import { layout, scene, viewport } from "../state/view.ts";

const MOST = { width: 168, height: 112 };

export function Minimap() {
  const drawing = layout.value;
  const { x, y, k } = camera.value;
  const { width, height } = viewport.value;
  if (drawing === null || drawing.nodes.size < 2) {
    return null;
  }
  const whole = drawing.width * k <= width + 1 && drawing.height * k <= height + 1 && x >= -1 && y >= -1;
  // Nothing is out of sight, or there is no room for an overview.
  if (whole || width < 420 || height < 260) {
    return null;
  }
  const scale = Math.min(MOST.width / drawing.width, MOST.height / drawing.height);
  const size = { width: Math.ceil(drawing.width * scale), height: Math.ceil(drawing.height * scale) };
  const go = (event: PointerEvent) => {
    if (event.buttons !== 1 || !(event.currentTarget instanceof Element)) {
      return;
    }
    const box = event.currentTarget.getBoundingClientRect();
    const at = { x: (event.clientX - box.x) / scale, y: (event.clientY - box.y) / scale };
    ownCamera.value = { k, x: width / 2 - at.x * k, y: height / 2 - at.y * k };
  };
  return (
    <svg
      class="minimap"
      width={size.width}
      height={size.height}
      aria-hidden="true"
      onPointerDown={go}
      onPointerMove={go}
    >
      {[...drawing.nodes.values()].map((card) => (
        <rect
          key={card.id}
          class={`dot state-${scene.value?.byPath.get(card.id)?.state ?? "waiting"}`}
          x={card.x * scale}
          y={card.y * scale}
          width={Math.max(1.5, card.width * scale)}
          height={Math.max(1.5, card.height * scale)}
        />
      ))}
      <rect
        class="frame"
        x={(-x / k) * scale}
        y={(-y / k) * scale}
        width={(width / k) * scale}
        height={(height / k) * scale}
      />
    </svg>
  );
}
