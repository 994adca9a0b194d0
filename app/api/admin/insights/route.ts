import { figureAsCsv } from "@/lib/insights/figure-as-csv";
import { readInsights } from "@/lib/insights/read-insights";
import { insightsQuery, insightsSchema } from "@/lib/insights/schema";
import { adminEndpoint } from "@/lib/web/endpoint";
import { routes } from "@/lib/web/route";

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = routes({
  GET: adminEndpoint({
    summary: "Figures and patterns",
    description: "Of so many days up to today, compared with as many before. With `format=csv` the `figure` that is named, as CSV.",
    permission: "insights.read",
    query: insightsQuery,
    output: insightsSchema,
    file: "text/csv",
    async run(context, { query: { days, format, figure } }, reply) {
      const insights = await readInsights(context, { days });
      if (format === "csv" && figure) reply.sendFile({ name: `${figure}-${insights.to}-${days}-days.csv`, type: "text/csv; charset=utf-8", text: figureAsCsv(insights, figure) });
      return insights;
    },
  }),
});
