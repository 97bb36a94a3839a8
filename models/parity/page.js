// The page's side: pictures in, the numbers of the models out.
import { loadAndCompile, loadLiteRt, Tensor } from "@litertjs/core";

// Side of the picture and range of the values that each model takes.
const inputs = {
  detector: { file: "pose_solution_packed_assets.data", size: 224, low: -1, high: 1 },
  "landmark-lite": { file: "pose_landmark_lite.tflite", size: 256, low: 0, high: 1 },
  "landmark-full": { file: "pose_landmark_full.tflite", size: 256, low: 0, high: 1 },
};

await loadLiteRt("/litert/core/wasm/");
const compiled = {};
for (const [name, { file }] of Object.entries(inputs)) {
  compiled[name] = await loadAndCompile(`/tflite/${file}`, { accelerator: "wasm" });
}

// decode turns a base64 picture into a bitmap with the file's own values.
async function decode(base64) {
  const bytes = Uint8Array.from(atob(base64), (c) => c.charCodeAt(0));
  return createImageBitmap(new Blob([bytes]), { colorSpaceConversion: "none", premultiplyAlpha: "none" });
}

function canvas(size) {
  const context = new OffscreenCanvas(size, size).getContext("2d", { alpha: false, willReadFrequently: true });
  context.fillStyle = "black";
  context.fillRect(0, 0, size, size);
  context.imageSmoothingQuality = "high";
  return context;
}

// rgb gives the canvas's bytes as red, green, blue, row by row.
function rgb(context) {
  const { width, height } = context.canvas;
  const rgba = context.getImageData(0, 0, width, height).data;
  const out = new Uint8Array(width * height * 3);
  for (let i = 0, o = 0; i < rgba.length; i++) {
    if (i % 4 !== 3) out[o++] = rgba[i];
  }
  return out;
}

async function png(context) {
  const blob = await context.canvas.convertToBlob({ type: "image/png" });
  const bytes = new Uint8Array(await blob.arrayBuffer());
  return btoa(Array.from(bytes, (b) => String.fromCharCode(b)).join(""));
}

async function runOn(name, bytes) {
  const { size, low, high } = inputs[name];
  const values = Float32Array.from(bytes, (v) => low + (v / 255) * (high - low));
  const input = new Tensor(values, [1, size, size, 3]);
  const model = compiled[name];
  const results = await model.run([input]);
  input.delete();
  const out = {};
  for (const [i, { name }] of model.getOutputDetails().entries()) {
    out[name] = Array.from(await results[i].data());
    results[i].delete();
  }
  return out;
}

async function digest(bytes) {
  const sum = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
  return Array.from(sum, (b) => b.toString(16).padStart(2, "0")).join("");
}

window.models = {
  // run gives the outputs of a model for a picture of the model's own size.
  async run(name, base64) {
    const bitmap = await decode(base64);
    const { size } = inputs[name];
    if (bitmap.width !== size || bitmap.height !== size) {
      throw new Error(`${name} takes ${size}x${size}, not ${bitmap.width}x${bitmap.height}`);
    }
    const context = canvas(size);
    context.drawImage(bitmap, 0, 0);
    const bytes = rgb(context);
    return { sha256: await digest(bytes), outputs: await runOn(name, bytes) };
  },

  // letterbox scales a picture into the detector's square, centred on black,
  // and gives that square and the factor.
  async letterbox(base64) {
    const bitmap = await decode(base64);
    const { size } = inputs.detector;
    const scale = size / Math.max(bitmap.width, bitmap.height);
    const [w, h] = [bitmap.width * scale, bitmap.height * scale];
    const [left, top] = [(size - w) / 2, (size - h) / 2];
    const context = canvas(size);
    context.drawImage(bitmap, left, top, w, h);
    return { png: await png(context), scale, left, top };
  },

  // crop scales a square of a picture, black beyond the picture's edge, to
  // the landmark models' size.
  async crop(base64, left, top, side) {
    const bitmap = await decode(base64);
    const { size } = inputs["landmark-full"];
    const scale = size / side;
    const context = canvas(size);
    context.drawImage(bitmap, -left * scale, -top * scale, bitmap.width * scale, bitmap.height * scale);
    return { png: await png(context) };
  },
};
window.ready = true;
