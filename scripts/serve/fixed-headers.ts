/** On every answer, whoever makes it. */
export const FIXED_HEADERS = {
  "x-content-type-options": "nosniff",
  "referrer-policy": "same-origin",
  // Windows 11 and phone models are told only to those who ask.
  "accept-ch": "Sec-CH-UA-Platform-Version, Sec-CH-UA-Model, Sec-CH-UA-Full-Version-List",
} as const;
