CREATE TABLE "attempts" (
	"id" uuid PRIMARY KEY NOT NULL,
	"secret_hash" text NOT NULL,
	"kind" text NOT NULL,
	"user_id" uuid,
	"ways" integer,
	"session_id" uuid,
	"browser_id" uuid NOT NULL,
	"email" text NOT NULL,
	"email_key" text NOT NULL,
	"address" "inet",
	"device" jsonb NOT NULL,
	"client" text NOT NULL,
	"remember" boolean DEFAULT false NOT NULL,
	"next" text,
	"sealed" text,
	"proven" text[] DEFAULT '{}' NOT NULL,
	"asked" text[] DEFAULT '{}' NOT NULL,
	"rules" text[] DEFAULT '{}' NOT NULL,
	"guesses" smallint DEFAULT 0 NOT NULL,
	"sendings" smallint DEFAULT 0 NOT NULL,
	"sent_at" timestamp (3) with time zone,
	"codes" jsonb DEFAULT '[]'::jsonb NOT NULL,
	"created_at" timestamp (3) with time zone DEFAULT clock_timestamp() NOT NULL,
	"expires_at" timestamp (3) with time zone NOT NULL,
	"finished_at" timestamp (3) with time zone,
	"revoked_at" timestamp (3) with time zone
);
--> statement-breakpoint
CREATE TABLE "outgoing_mails" (
	"id" uuid PRIMARY KEY NOT NULL,
	"kind" text NOT NULL,
	"user_id" uuid,
	"attempt_id" uuid,
	"address" text,
	"facts" jsonb DEFAULT '{}'::jsonb NOT NULL,
	"about" jsonb DEFAULT '{}'::jsonb NOT NULL,
	"reserves" text,
	"due_at" timestamp with time zone,
	"tries" integer DEFAULT 0 NOT NULL,
	"not_after" timestamp (3) with time zone NOT NULL,
	"created_at" timestamp (3) with time zone DEFAULT clock_timestamp() NOT NULL,
	"sent_at" timestamp (3) with time zone,
	"failed_at" timestamp (3) with time zone,
	"failure" text,
	"dropped_at" timestamp (3) with time zone,
	"cuts" integer,
	"number" integer,
	"token_hash" text,
	"link_expires_at" timestamp (3) with time zone,
	"link_used_at" timestamp (3) with time zone
);
--> statement-breakpoint
ALTER TABLE "users" ALTER COLUMN "password_hash" DROP NOT NULL;--> statement-breakpoint
ALTER TABLE "users" ADD COLUMN "ways" integer DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE "users" ADD COLUMN "cuts" integer DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE "users" ADD COLUMN "cut_at" timestamp (3) with time zone;--> statement-breakpoint
ALTER TABLE "attempts" ADD CONSTRAINT "attempts_user_id_users_id_fk" FOREIGN KEY ("user_id") REFERENCES "public"."users"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "outgoing_mails" ADD CONSTRAINT "outgoing_mails_user_id_users_id_fk" FOREIGN KEY ("user_id") REFERENCES "public"."users"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "outgoing_mails" ADD CONSTRAINT "outgoing_mails_attempt_id_attempts_id_fk" FOREIGN KEY ("attempt_id") REFERENCES "public"."attempts"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "attempts_user_idx" ON "attempts" USING btree ("user_id");--> statement-breakpoint
CREATE INDEX "attempts_browser_idx" ON "attempts" USING btree ("browser_id") WHERE "attempts"."finished_at" is null and "attempts"."revoked_at" is null;--> statement-breakpoint
CREATE INDEX "attempts_expires_idx" ON "attempts" USING btree ("expires_at");--> statement-breakpoint
CREATE INDEX "outgoing_mails_due_idx" ON "outgoing_mails" USING btree ("due_at") WHERE "outgoing_mails"."due_at" is not null;--> statement-breakpoint
CREATE INDEX "outgoing_mails_user_idx" ON "outgoing_mails" USING btree ("user_id","number");--> statement-breakpoint
CREATE INDEX "outgoing_mails_attempt_idx" ON "outgoing_mails" USING btree ("attempt_id");--> statement-breakpoint
CREATE INDEX "outgoing_mails_not_after_idx" ON "outgoing_mails" USING btree ("not_after");--> statement-breakpoint
CREATE INDEX "outgoing_mails_failed_idx" ON "outgoing_mails" USING btree ("failed_at") WHERE "outgoing_mails"."failed_at" is not null;--> statement-breakpoint
CREATE UNIQUE INDEX "outgoing_mails_token_key" ON "outgoing_mails" USING btree ("token_hash");--> statement-breakpoint
CREATE INDEX "outgoing_mails_reserves_idx" ON "outgoing_mails" USING btree ("reserves") WHERE "outgoing_mails"."reserves" is not null;--> statement-breakpoint
CREATE FUNCTION "say_job"() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM pg_notify('latchkey_jobs', TG_TABLE_NAME);
  RETURN NULL;
END
$$;--> statement-breakpoint
CREATE TRIGGER "avatar_requests_job" AFTER INSERT ON "avatar_requests" FOR EACH STATEMENT EXECUTE FUNCTION "say_job"();--> statement-breakpoint
CREATE TRIGGER "avatar_deletions_job" AFTER INSERT ON "avatar_deletions" FOR EACH STATEMENT EXECUTE FUNCTION "say_job"();--> statement-breakpoint
CREATE TRIGGER "outgoing_mails_job" AFTER INSERT ON "outgoing_mails" FOR EACH STATEMENT EXECUTE FUNCTION "say_job"();
