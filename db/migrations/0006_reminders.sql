ALTER TABLE "sessions" ADD COLUMN "reminded_at" timestamp (3) with time zone;--> statement-breakpoint
ALTER TABLE "users" ADD COLUMN "remind_of_ends" boolean DEFAULT true NOT NULL;--> statement-breakpoint
CREATE INDEX "sessions_ending_idx" ON "sessions" USING btree ("absolute_expires_at","id") WHERE "sessions"."ended_at" is null and "sessions"."reminded_at" is null;