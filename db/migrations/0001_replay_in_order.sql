DROP INDEX "sessions_replay_idx";--> statement-breakpoint
CREATE INDEX "sessions_replay_idx" ON "sessions" USING btree ("end_recorded_at","id") WHERE "sessions"."end_recorded_at" is not null;