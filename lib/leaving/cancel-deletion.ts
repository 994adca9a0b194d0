export { cancelDeletion } from "@/lib/auth/cancel-deletion";
