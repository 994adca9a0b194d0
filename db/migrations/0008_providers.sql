ALTER TABLE "sessions" ADD COLUMN "provider" text;--> statement-breakpoint
ALTER TABLE "sessions" ADD COLUMN "provider_subject" text;--> statement-breakpoint
ALTER TABLE "sessions" ADD COLUMN "provider_sid" text;--> statement-breakpoint
CREATE INDEX "sessions_provider_subject_idx" ON "sessions" USING btree ("provider","provider_subject") WHERE "sessions"."ended_at" is null and "sessions"."provider" is not null;--> statement-breakpoint
CREATE INDEX "sessions_provider_sid_idx" ON "sessions" USING btree ("provider","provider_sid") WHERE "sessions"."ended_at" is null and "sessions"."provider_sid" is not null;