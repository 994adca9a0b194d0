import { z } from "zod";
import { listProviders } from "@/lib/providers/list-providers";
import { providerSchema } from "@/lib/providers/schema";
import { publicEndpoint } from "@/lib/web/endpoint";
import { routes } from "@/lib/web/route";

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = routes({
  GET: publicEndpoint({
    summary: "The other providers that open accounts here",
    output: z.strictObject({ items: z.array(providerSchema) }),
    run: async (context) => ({ items: listProviders(context) }),
  }),
});
