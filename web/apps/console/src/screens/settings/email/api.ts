import { createMailAdmin } from "@parley/client";
import type { MailAdmin } from "@parley/protocol";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { desk } from "../../../app/desk";

export const mailAdmin = createMailAdmin(desk.http);

const INBOXES = ["email-inboxes"];

/** The e-mail inboxes with their health, looked at again while somebody looks at them. */
export function useEmailInboxes() {
  return useQuery({
    queryKey: INBOXES,
    queryFn: mailAdmin.emailInboxes,
    staleTime: 0,
    refetchInterval: 10_000,
  });
}

/** Puts what the server has answered in the place of what was known. */
export function useKeepEmailInbox(): (inbox: MailAdmin.EmailInbox) => void {
  const client = useQueryClient();
  return (inbox) => {
    client.setQueryData<MailAdmin.EmailInboxes>(INBOXES, (known) => {
      const others = known?.items.filter(({ inbox_id }) => inbox_id !== inbox.inbox_id) ?? [];
      return { listener: known?.listener ?? null, items: [...others, inbox] };
    });
  };
}
