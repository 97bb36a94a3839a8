// What the person asks of the service. Each call resolves to an empty string,
// or to a sentence that says why not.

async function call(method: "POST" | "DELETE", path: string, body?: object): Promise<string> {
  let answer: Response;
  try {
    answer = await fetch(path, {
      method,
      ...(body && { body: JSON.stringify(body), headers: { "Content-Type": "application/json" } }),
    });
  } catch {
    return "Sitwell does not answer. Please try again in a moment.";
  }
  if (answer.ok) return "";
  if (answer.status === 401)
    return "Sitwell asks for its token. Open the address that it printed when it started.";
  try {
    const { error } = (await answer.json()) as { error?: unknown };
    if (typeof error === "string" && error) return error;
  } catch {
    // The status says enough.
  }
  return `Sitwell refused (${answer.status}).`;
}

export const calibrate = (): Promise<string> => call("POST", "/api/v1/calibration");
export const cancelCalibration = (): Promise<string> => call("DELETE", "/api/v1/calibration");
export const pauseWatch = (): Promise<string> => call("POST", "/api/v1/pause");
export const resumeWatch = (): Promise<string> => call("POST", "/api/v1/resume");
export const setMirror = (on: boolean): Promise<string> => call("POST", "/api/v1/mirror", { on });
