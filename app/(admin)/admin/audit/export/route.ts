export { eventExport as GET } from "@/lib/web/event-export";
