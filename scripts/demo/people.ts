/** Who is in the demo, where they are and what they use. Addresses are of the ranges for documentation (RFC 5737, 3849). */

/** `ahead`: so many hours ahead of UTC their working days begin. */
export type Place = { country: string; city: string; network: string; ahead: number };

export const places = {
  berlin: { country: "DE", city: "Berlin", network: "203.0.113", ahead: 1 },
  hamburg: { country: "DE", city: "Hamburg", network: "198.51.100", ahead: 1 },
  paris: { country: "FR", city: "Paris", network: "192.0.2", ahead: 1 },
  madrid: { country: "ES", city: "Madrid", network: "203.0.113", ahead: 1 },
  london: { country: "GB", city: "London", network: "198.51.100", ahead: 0 },
  lagos: { country: "NG", city: "Lagos", network: "192.0.2", ahead: 1 },
  toronto: { country: "CA", city: "Toronto", network: "203.0.113", ahead: -5 },
  austin: { country: "US", city: "Austin", network: "198.51.100", ahead: -6 },
  saoPaulo: { country: "BR", city: "São Paulo", network: "192.0.2", ahead: -3 },
  pune: { country: "IN", city: "Pune", network: "203.0.113", ahead: 5.5 },
  tokyo: { country: "JP", city: "Tokyo", network: "198.51.100", ahead: 9 },
  sydney: { country: "AU", city: "Sydney", network: "192.0.2", ahead: 10 },
} as const satisfies Record<string, Place>;

export type PlaceName = keyof typeof places;

export const people: readonly { name: string; home: PlaceName; travels?: PlaceName }[] = [
  { name: "Mila Berger", home: "berlin", travels: "paris" },
  { name: "Jonas Petersen", home: "hamburg" },
  { name: "Aylin Demir", home: "berlin", travels: "london" },
  { name: "Camille Laurent", home: "paris" },
  { name: "Hugo Moreau", home: "paris", travels: "madrid" },
  { name: "Lucía Ortega", home: "madrid" },
  { name: "Oliver Hughes", home: "london", travels: "austin" },
  { name: "Priya Nair", home: "pune", travels: "london" },
  { name: "Rohan Kulkarni", home: "pune" },
  { name: "Chidi Okafor", home: "lagos", travels: "london" },
  { name: "Amara Eze", home: "lagos" },
  { name: "Emma Tremblay", home: "toronto" },
  { name: "Noah Singh", home: "toronto", travels: "pune" },
  { name: "Grace Miller", home: "austin" },
  { name: "Diego Ramirez", home: "austin", travels: "saoPaulo" },
  { name: "Beatriz Souza", home: "saoPaulo" },
  { name: "Rafael Lima", home: "saoPaulo" },
  { name: "Haruka Sato", home: "tokyo" },
  { name: "Kenji Mori", home: "tokyo", travels: "sydney" },
  { name: "Charlotte Evans", home: "sydney" },
  { name: "Liam O’Connor", home: "sydney", travels: "tokyo" },
  { name: "Sofia Novak", home: "berlin" },
  { name: "Zoë van Dijk", home: "hamburg", travels: "berlin" },
  { name: "Mateo Fernández", home: "madrid", travels: "toronto" },
];

/** As these browsers send it. */
export const userAgents = {
  chromeWindows: "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36",
  edgeWindows: "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36 Edg/142.0.0.0",
  chromeMac: "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36",
  safariMac: "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/26.1 Safari/605.1.15",
  firefoxLinux: "Mozilla/5.0 (X11; Linux x86_64; rv:145.0) Gecko/20100101 Firefox/145.0",
  chromeLinux: "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36",
  safariPhone: "Mozilla/5.0 (iPhone; CPU iPhone OS 18_7 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/26.1 Mobile/15E148 Safari/604.1",
  safariPad: "Mozilla/5.0 (iPad; CPU OS 18_7 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/26.1 Mobile/15E148 Safari/604.1",
  chromeAndroid: "Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Mobile Safari/537.36",
} as const;

export type Browser = keyof typeof userAgents;
export const desktops: readonly Browser[] = ["chromeWindows", "edgeWindows", "chromeMac", "safariMac", "firefoxLinux", "chromeLinux"];
export const handhelds: readonly Browser[] = ["safariPhone", "chromeAndroid", "safariPhone", "chromeAndroid", "safariPad"];
