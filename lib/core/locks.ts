/** Advisory locks of this application's database: what takes turns under which number. Each stands here, so that no two share one. */
export const SWEEPER_LOCK = 7_250_041;
export const ACCESS_LOCK = 7_250_042;
export const RETENTION_LOCK = 7_250_043;
export const ROLLER_LOCK = 7_250_044;
export const RANKING_LOCK = 7_250_045;
