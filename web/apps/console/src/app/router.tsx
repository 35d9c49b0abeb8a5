import { createRootRoute, createRoute, createRouter, lazyRouteComponent, redirect } from "@tanstack/react-router";
import { InboxScreen } from "../screens/inbox/InboxScreen";
import { Broken } from "../shell/Broken";
import { NotFound } from "../shell/NotFound";
import { Shell } from "../shell/Shell";

const rootRoute = createRootRoute({ component: Shell, notFoundComponent: NotFound });

const toMine = () => {
  throw redirect({ to: "/inbox/$view", params: { view: "mine" } });
};

const indexRoute = createRoute({ getParentRoute: () => rootRoute, path: "/", beforeLoad: toMine });
const inboxIndexRoute = createRoute({ getParentRoute: () => rootRoute, path: "/inbox", beforeLoad: toMine });

export interface InboxSearch {
  q?: string;
  sort?: "updated" | "waiting" | "created";
}

const inboxRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: "/inbox/$view",
  component: InboxScreen,
  validateSearch: (search: Record<string, unknown>): InboxSearch => ({
    ...(search.q === undefined || search.q === "" ? {} : { q: String(search.q) }),
    ...(search.sort === "waiting" || search.sort === "created" ? { sort: search.sort } : {}),
  }),
});
const inboxListRoute = createRoute({ getParentRoute: () => inboxRoute, path: "/" });
const ticketRoute = createRoute({ getParentRoute: () => inboxRoute, path: "$ticketId" });

const customersRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: "/customers",
  component: lazyRouteComponent(() => import("../screens/customers/CustomersScreen"), "CustomersScreen"),
  validateSearch: (search: Record<string, unknown>): { q?: string } =>
    search.q === undefined || search.q === "" ? {} : { q: String(search.q) },
});
const customersListRoute = createRoute({ getParentRoute: () => customersRoute, path: "/" });
const customerRoute = createRoute({ getParentRoute: () => customersRoute, path: "$customerId" });

const settingsIndexRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: "/settings",
  beforeLoad: () => {
    throw redirect({ to: "/settings/$section", params: { section: "profile" } });
  },
});
const settingsRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: "/settings/$section",
  component: lazyRouteComponent(() => import("../screens/settings/SettingsScreen"), "SettingsScreen"),
});

export const router = createRouter({
  basepath: "/console",
  routeTree: rootRoute.addChildren([
    indexRoute,
    inboxIndexRoute,
    inboxRoute.addChildren([inboxListRoute, ticketRoute]),
    customersRoute.addChildren([customersListRoute, customerRoute]),
    settingsIndexRoute,
    settingsRoute,
  ]),
  defaultPreload: "intent",
  defaultErrorComponent: Broken,
});

declare module "@tanstack/react-router" {
  interface Register {
    router: typeof router;
  }
}
