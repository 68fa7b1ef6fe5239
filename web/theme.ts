import { createTheme } from "@mantine/core";

/** Defaults of components; colours and sizes are variables of styles/tokens.css. */
export const theme = createTheme({
  primaryColor: "teal",
  cursorType: "pointer",
  respectReducedMotion: true,
});
