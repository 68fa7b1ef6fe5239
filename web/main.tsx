import { MantineProvider, localStorageColorSchemeManager } from "@mantine/core";
import { QueryClientProvider } from "@tanstack/react-query";
import { RouterProvider } from "@tanstack/react-router";
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import "./styles/index.css";
import { startTranslations } from "./i18n.ts";
import { createQueryClient } from "./queries.ts";
import { createAppRouter } from "./routes.tsx";
import { theme } from "./theme.ts";

const queryClient = createQueryClient();
const router = createAppRouter();
// The same key is read by boot.js.
const colorSchemeManager = localStorageColorSchemeManager({ key: "imagehub-color-scheme" });

await startTranslations();

const root = document.querySelector("#root");
if (!root) throw new Error("Cannot start the web app: expected an element #root");

// Variables and global classes are static files (styles/): a strict style policy refuses <style> elements.
createRoot(root).render(
  <StrictMode>
    <MantineProvider
      theme={theme}
      defaultColorScheme="auto"
      colorSchemeManager={colorSchemeManager}
      withCssVariables={false}
      withGlobalClasses={false}
    >
      <QueryClientProvider client={queryClient}>
        <RouterProvider router={router} />
      </QueryClientProvider>
    </MantineProvider>
  </StrictMode>,
);
