/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* Zdepth Studio: starts, opens a window for what it is given. */

#include <glib/gi18n.h>
#include <locale.h>

#include "zd_watch.h"
#include "zd_window.h"

static zdepth_context *context;

static void log_cb(void *user, zdepth_log_level level, const char *part, const char *text)
{
    (void) user;
    g_log_structured("Zdepth", level == ZDEPTH_LOG_ERROR ? G_LOG_LEVEL_MESSAGE : G_LOG_LEVEL_INFO,
                     "MESSAGE", "%s: %s", part, text);
}

static GtkWindow *get_window(GtkApplication *application)
{
    GtkWindow *window = gtk_application_get_active_window(application);
    if (window == NULL) {
        window = GTK_WINDOW(zd_window_new(ADW_APPLICATION(application), context));
        zd_window_offer_journal(ZD_WINDOW(window));
        zd_watch_start(window);
    }
    return window;
}

static void activate_cb(GtkApplication *application)
{
    gtk_window_present(get_window(application));
}

static void open_cb(GtkApplication *application, GFile **files, int count, const char *hint)
{
    GtkWindow *window = get_window(application);
    g_autofree char *path = g_file_get_path(files[0]);
    (void) count;
    (void) hint;
    gtk_window_present(window);
    if (path != NULL) {
        zd_window_open(ZD_WINDOW(window), path);
    }
}

/* GTK takes over the user's language, and with it commas in numbers; projects and scenes are written
 * with points everywhere. */
static void startup_cb(GtkApplication *application)
{
    (void) application;
    setlocale(LC_NUMERIC, "C");
}

int main(int argc, char **argv)
{
    zdepth_error error;
    bindtextdomain("zdepth-studio", ZD_LOCALE_FOLDER);
    bind_textdomain_codeset("zdepth-studio", "UTF-8");
    textdomain("zdepth-studio");
    zdepth_context_options options = { .size = sizeof options,
                                       .log = log_cb,
                                       .log_most = ZDEPTH_LOG_WARN };
    if (zdepth_context_create(&options, &context, &error) != ZDEPTH_OK) {
        g_autofree char *plain = g_strescape(error.message, NULL);
        g_message("zdepth-studio: %s", plain);
        return 1;
    }
    AdwApplication *application = adw_application_new(
        "org.zdepth.Studio", G_APPLICATION_HANDLES_OPEN | G_APPLICATION_NON_UNIQUE);
    g_signal_connect_after(application, "startup", G_CALLBACK(startup_cb), NULL);
    g_signal_connect(application, "activate", G_CALLBACK(activate_cb), NULL);
    g_signal_connect(application, "open", G_CALLBACK(open_cb), NULL);
    int status = g_application_run(G_APPLICATION(application), argc, argv);
    g_object_unref(application);
    zdepth_context_destroy(&context);
    return status;
}
