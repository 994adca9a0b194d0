import type { Paths } from "@/lib/web/openapi/document";
import * as activity from "../auth/activity/route";
import * as device from "../auth/devices/[id]/route";
import * as devices from "../auth/devices/route";
import * as events from "../auth/events/route";
import * as ips from "../auth/ips/route";
import * as keySet from "../auth/jwks.json/route";
import * as logoutAll from "../auth/logout-all/route";
import * as logout from "../auth/logout/route";
import * as password from "../auth/password/route";
import * as refresh from "../auth/refresh/route";
import * as revoke from "../auth/revoke/route";
import * as session from "../auth/session/route";
import * as sessionById from "../auth/sessions/[id]/route";
import * as sessions from "../auth/sessions/route";
import * as signIn from "../auth/signin/route";
import * as signUp from "../auth/signup/route";
import * as health from "../health/route";
import * as ready from "../ready/route";
import * as userById from "../users/[id]/route";
import * as me from "../users/me/route";

/** Every route below /api but this one. A test compares it with the folders. */
export const paths: Paths = {
  "/api/auth/signup": signUp,
  "/api/auth/signin": signIn,
  "/api/auth/refresh": refresh,
  "/api/auth/revoke": revoke,
  "/api/auth/logout": logout,
  "/api/auth/logout-all": logoutAll,
  "/api/auth/session": session,
  "/api/auth/sessions": sessions,
  "/api/auth/sessions/{id}": sessionById,
  "/api/auth/devices": devices,
  "/api/auth/devices/{id}": device,
  "/api/auth/ips": ips,
  "/api/auth/activity": activity,
  "/api/auth/events": events,
  "/api/auth/password": password,
  "/api/auth/jwks.json": keySet,
  "/api/users/me": me,
  "/api/users/{id}": userById,
  "/api/health": health,
  "/api/ready": ready,
};
