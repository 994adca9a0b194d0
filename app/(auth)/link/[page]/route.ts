/** Where `/reset?token=…`, `/not-me?token=…` and `/undo?token=…` come out (next.config.ts): a page cannot set a cookie. */
export { openLink as GET } from "@/lib/web/open-link";
