/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* The file loses its name as soon as it is open: nothing of it stays behind, however the program ends.
 * Linux opens it again through /proc. Elsewhere it has a name until the end. */

#include "cli/pipes.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { PIECE = 1 << 16 };

static zd_status fail_spool(const char *folder, zd_error *err)
{
    return zd_fail(err, ZD_ERR_IO,
                   "cannot keep what comes from the pipe in '%s': %s; TMPDIR names another folder",
                   folder, strerror(errno));
}

static zd_status write_all(int file, const char *from, size_t bytes, const char *folder,
                           zd_error *err)
{
    assert(file >= 0);
    while (bytes > 0) {
        ssize_t written = write(file, from, bytes);
        if (written < 0 && errno != EINTR) {
            return fail_spool(folder, err);
        }
        from += written > 0 ? written : 0;
        bytes -= written > 0 ? (size_t) written : 0;
    }
    return ZD_OK;
}

static zd_status copy_input(zd_cli *cli, int file, const char *folder, zd_error *err)
{
    char *piece = zd_alloc(cli->ctx, PIECE);
    zd_status status = piece != NULL ? ZD_OK : zd_fail_memory(err, "a pipe");
    ssize_t count = 1;
    while (status == ZD_OK && count != 0) {
        count = read(STDIN_FILENO, piece, PIECE);
        if (zd_task_cancelled(&cli->task)) {
            status = zd_fail(err, ZD_ERR_CANCELLED, "cancelled");
        } else if (count > 0) {
            status = write_all(file, piece, (size_t) count, folder, err);
        } else if (count < 0 && errno != EINTR) {
            status = zd_fail(err, ZD_ERR_IO, "cannot read the standard input: %s", strerror(errno));
        }
    }
    zd_free(cli->ctx, piece);
    return status;
}

static int make_file(zd_cli *cli, const char *folder)
{
    snprintf(cli->piped, sizeof cli->piped, "%s/zdepth-pipe-XXXXXX", folder);
    int file = mkstemp(cli->piped);
    if (file < 0) {
        cli->piped[0] = '\0';
    }
    return file;
}

/* Where the file is found from now on. */
static void lose_name(zd_cli *cli, int file)
{
    assert(file >= 0);
    char again[64];
    snprintf(again, sizeof again, "/proc/self/fd/%d", file);
    int other = open(again, O_RDONLY | O_CLOEXEC);
    if (other >= 0) {
        close(other);
        unlink(cli->piped);
        snprintf(cli->piped, sizeof cli->piped, "%s", again);
        cli->piped_file = file;
    } else {
        close(file);
    }
}

zd_status zd_pipe_take_input(zd_cli *cli, const char **path, zd_error *err)
{
    const char *folder = getenv("TMPDIR");
    folder = folder != NULL && folder[0] != '\0' ? folder : "/tmp";
    *path = cli->piped;
    if (cli->piped[0] != '\0') {
        return ZD_OK;
    }
    if (isatty(STDIN_FILENO) == 1) {
        return zd_fail(err, ZD_ERR_INVALID_ARGUMENT,
                       "'-' is footage from a pipe, and nothing is piped in; write ffmpeg ... -f "
                       "yuv4mpegpipe - | zdepth ... - ...");
    }
    if (strlen(folder) + 32 > sizeof cli->piped) {
        return zd_fail(err, ZD_ERR_LIMIT, "the name of the folder '%.100s...' is too long", folder);
    }
    int file = make_file(cli, folder);
    if (file < 0) {
        return fail_spool(folder, err);
    }
    (void) fcntl(file, F_SETFD, FD_CLOEXEC);
    zd_status status = copy_input(cli, file, folder, err);
    if (status != ZD_OK) {
        close(file);
        unlink(cli->piped);
        cli->piped[0] = '\0';
        return status;
    }
    lose_name(cli, file);
    return ZD_OK;
}

void zd_pipe_finish(zd_cli *cli)
{
    if (cli->piped[0] != '\0' && cli->piped_file == 0) {
        unlink(cli->piped);
    }
    if (cli->piped_file != 0) {
        close(cli->piped_file);
    }
    cli->piped[0] = '\0';
    cli->piped_file = 0;
}

const char *zd_pipe_shown(const char *path)
{
    return strncmp(path, "/proc/self/fd/", 14) == 0 ? "-" : path;
}

void zd_pipe_name_input(const zd_cli *cli, char *message)
{
    size_t length = strlen(cli->piped);
    char *at = length > 0 ? strstr(message, cli->piped) : NULL;
    while (at != NULL) {
        *at = '-';
        memmove(at + 1, at + length, strlen(at + length) + 1);
        at = strstr(at + 1, cli->piped);
    }
}

zd_status zd_pipe_check_output(const zd_cli *cli, const zd_args *args, zd_error *err)
{
    const char *output = zd_params_text(&args->project.params, ZD_P_OUTPUT);
    bool is_stream = output != NULL && output[0] == '-' && (output[1] == '\0' || output[1] == '.');
    if (!is_stream || cli->dry_run) {
        return ZD_OK;
    }
    if (cli->json) {
        return zd_fail(err, ZD_ERR_INVALID_ARGUMENT,
                       "--json writes to the standard output, and so does '%s'; give one of them",
                       output);
    }
    return isatty(STDOUT_FILENO) != 1
               ? ZD_OK
               : zd_fail(err, ZD_ERR_INVALID_ARGUMENT,
                         "'%s' is a movie for a pipe, and the standard output is a terminal; write "
                         "zdepth ... -o %s | ffplay -",
                         output, output);
}
