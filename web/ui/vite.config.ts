import { defineConfig } from "vite";

/** Where a service runs that the page is developed against. */
const service = process.env["SITWELL_ADDR"] ?? "http://127.0.0.1:8420";

// The service answers its own origin only.
const proxy = { target: service, changeOrigin: true, headers: { Origin: service } };

export default defineConfig({
  oxc: { jsx: { runtime: "automatic", importSource: "preact" } },
  build: {
    target: ["chrome123", "firefox128", "safari17.5"],
    cssTarget: ["chrome123", "firefox128", "safari17.5"],
    // The content security policy of the page wants files, not data addresses.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    emptyOutDir: true,
  },
  plugins: [
    {
      // The empty folder is kept in git so that the service builds without the page.
      name: "keep-dist",
      generateBundle() {
        this.emitFile({ type: "asset", fileName: ".gitkeep", source: "" });
      },
    },
  ],
  server: {
    host: "127.0.0.1",
    proxy: { "/api": proxy, "/healthz": proxy, "/ws": { ...proxy, ws: true } },
  },
});
