/** What Vite makes of a stylesheet: it is bundled, nothing is exported. */
declare module '*.css'
