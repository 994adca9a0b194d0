import { exports } from "@/db/schema";

/** By what a worker holds an export. Longer than one step of a try can take: a long one renews it. */
export const exportLease = { table: exports, key: exports.id, leaseSeconds: 120 };
