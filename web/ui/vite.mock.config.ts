// The page without a camera: `npm run mock`, then open /scene/alert, /scene/dark
// and so on; test/scenes.ts has the names.
import { defineConfig, mergeConfig, type ViteDevServer } from "vite";
import { Mock, scenes } from "./test/mock";
import base from "./vite.config";

export default mergeConfig(
  { ...base, server: { host: "127.0.0.1" } },
  defineConfig({
    plugins: [
      {
        name: "mock",
        configureServer(server: ViteDevServer) {
          const mock = new Mock();
          server.middlewares.use((req, res, next) => {
            const name = /^\/scene\/(\w+)/.exec(req.url ?? "")?.[1] ?? "";
            if (name in scenes) {
              mock.show(name);
              res.writeHead(302, { Location: "/" }).end();
            } else if (!mock.handle(req, res)) next();
          });
          server.httpServer?.on("upgrade", (req, socket, head) => mock.upgrade(req, socket, head));
        },
      },
    ],
  }),
);
