const countries = new Intl.DisplayNames(["en"], { type: "region", fallback: "none" });

/** "Berlin, Germany"; null when nothing is known. For the server only: engines differ in their names of countries. */
export function placeName(place: { country: string | null; city: string | null }): string | null {
  const country = place.country && /^[A-Z]{2}$/.test(place.country) ? (countries.of(place.country) ?? null) : null;
  return [place.city, country].filter(Boolean).join(", ") || null;
}
