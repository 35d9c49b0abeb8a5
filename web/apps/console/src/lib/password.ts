/** What the server asks of a new password (staff/login, check_new_password). */
export const PASSWORD_MIN = 8;
