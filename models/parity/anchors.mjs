// What the detector's numbers stand for: the anchors and offsets of
// MediaPipe's published graph for BlazePose.

const size = 224; // pixels; boxes and key points are in these

// Centres of the 2254 anchors in pixels: two for a cell at stride 8 and 16,
// six at stride 32, where three layers share the grid.
export const anchors = [
  [8, 2],
  [16, 2],
  [32, 6],
].flatMap(([stride, each]) => {
  const cells = size / stride;
  const centres = [];
  for (let y = 0; y < cells; y++) {
    for (let x = 0; x < cells; x++) {
      for (let i = 0; i < each; i++) centres.push([(x + 0.5) * stride, (y + 0.5) * stride]);
    }
  }
  return centres;
});

// person gives the person crop of the surest anchor, unrotated: the mid-hip
// is its centre, 1.25 times the way to the second key point half its side.
export function person(boxes, scores) {
  const best = scores.indexOf(Math.max(...scores));
  const [ax, ay] = anchors[best];
  const box = boxes.slice(best * 12, best * 12 + 12);
  const [x, y] = [ax + box[4], ay + box[5]];
  const half = 1.25 * Math.hypot(box[6] - box[4], box[7] - box[5]);
  return { logit: scores[best], x, y, half };
}
