CREATE TABLE "insight_counts" (
	"figure" text NOT NULL,
	"day" date NOT NULL,
	"key" text NOT NULL,
	"count" bigint NOT NULL,
	CONSTRAINT "insight_counts_figure_day_key_pk" PRIMARY KEY("figure","day","key")
);
--> statement-breakpoint
CREATE TABLE "insight_days" (
	"day" date PRIMARY KEY NOT NULL,
	"zone" text NOT NULL,
	"counted_at" timestamp with time zone,
	"looked_at" timestamp with time zone
);
--> statement-breakpoint
CREATE TABLE "insight_failing" (
	"days" smallint NOT NULL,
	"user_id" uuid NOT NULL,
	"count" integer NOT NULL,
	CONSTRAINT "insight_failing_days_user_id_pk" PRIMARY KEY("days","user_id")
);
--> statement-breakpoint
CREATE TABLE "insight_failures" (
	"day" date NOT NULL,
	"user_id" uuid NOT NULL,
	"count" integer NOT NULL,
	CONSTRAINT "insight_failures_day_user_id_pk" PRIMARY KEY("day","user_id")
);
--> statement-breakpoint
CREATE TABLE "insight_people" (
	"day" date NOT NULL,
	"user_id" uuid NOT NULL,
	CONSTRAINT "insight_people_day_user_id_pk" PRIMARY KEY("day","user_id")
);
--> statement-breakpoint
ALTER TABLE "insight_failing" ADD CONSTRAINT "insight_failing_user_id_users_id_fk" FOREIGN KEY ("user_id") REFERENCES "public"."users"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "insight_failures" ADD CONSTRAINT "insight_failures_user_id_users_id_fk" FOREIGN KEY ("user_id") REFERENCES "public"."users"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "insight_people" ADD CONSTRAINT "insight_people_user_id_users_id_fk" FOREIGN KEY ("user_id") REFERENCES "public"."users"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "insight_counts_day_idx" ON "insight_counts" USING btree ("day");--> statement-breakpoint
CREATE INDEX "insight_failing_user_idx" ON "insight_failing" USING btree ("user_id");--> statement-breakpoint
CREATE INDEX "insight_failures_user_idx" ON "insight_failures" USING btree ("user_id");--> statement-breakpoint
CREATE INDEX "insight_people_user_idx" ON "insight_people" USING btree ("user_id");--> statement-breakpoint
CREATE INDEX "devices_first_seen_idx" ON "devices" USING btree ("first_seen_at");