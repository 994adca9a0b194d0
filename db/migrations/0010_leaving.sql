CREATE TABLE "account_deletions" (
	"user_id" uuid PRIMARY KEY NOT NULL,
	"asked_by" text NOT NULL,
	"asked_at" timestamp (3) with time zone DEFAULT clock_timestamp() NOT NULL,
	"due_at" timestamp with time zone NOT NULL,
	"tries" integer DEFAULT 0 NOT NULL,
	"begun_at" timestamp (3) with time zone
);
--> statement-breakpoint
CREATE TABLE "exports" (
	"id" uuid PRIMARY KEY NOT NULL,
	"user_id" uuid NOT NULL,
	"state" text DEFAULT 'making' NOT NULL,
	"cuts" integer NOT NULL,
	"object" text,
	"bytes" bigint,
	"asked_at" timestamp (3) with time zone DEFAULT clock_timestamp() NOT NULL,
	"gone_at" timestamp (3) with time zone,
	"due_at" timestamp with time zone DEFAULT clock_timestamp(),
	"tries" integer DEFAULT 0 NOT NULL
);
--> statement-breakpoint
ALTER TABLE "events" DROP CONSTRAINT "events_actor_user_id_users_id_fk";
--> statement-breakpoint
ALTER TABLE "events" DROP CONSTRAINT "events_session_id_sessions_id_fk";
--> statement-breakpoint
ALTER TABLE "events" DROP CONSTRAINT "events_device_id_devices_id_fk";
--> statement-breakpoint
ALTER TABLE "attempts" ADD COLUMN "keeps" boolean DEFAULT false NOT NULL;--> statement-breakpoint
ALTER TABLE "users" ADD COLUMN "deletion_due_at" timestamp (3) with time zone;--> statement-breakpoint
ALTER TABLE "exports" ADD CONSTRAINT "exports_user_id_users_id_fk" FOREIGN KEY ("user_id") REFERENCES "public"."users"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "account_deletions_due_idx" ON "account_deletions" USING btree ("due_at");--> statement-breakpoint
CREATE INDEX "exports_user_idx" ON "exports" USING btree ("user_id","asked_at","id");--> statement-breakpoint
CREATE INDEX "exports_due_idx" ON "exports" USING btree ("due_at") WHERE "exports"."due_at" is not null;--> statement-breakpoint
CREATE INDEX "events_actor_idx" ON "events" USING btree ("actor_user_id","id") WHERE "events"."actor_user_id" is distinct from "events"."user_id";--> statement-breakpoint
CREATE TRIGGER "exports_job" AFTER INSERT ON "exports" FOR EACH STATEMENT EXECUTE FUNCTION "say_job"();--> statement-breakpoint
CREATE TRIGGER "account_deletions_job" AFTER INSERT ON "account_deletions" FOR EACH STATEMENT EXECUTE FUNCTION "say_job"();
