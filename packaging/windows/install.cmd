@echo off
rem SPDX-FileCopyrightText: 2026 The Zdepth developers
rem SPDX-License-Identifier: Apache-2.0
rem
rem Installs the plug-in where hosts look for it:
rem     install.cmd              into Common Files\OFX\Plugins, as administrator
rem     install.cmd FOLDER       into another folder, which OFX_PLUGIN_PATH has to name
rem     install.cmd /remove [FOLDER]
rem
rem Hosts skip folders whose names begin with @, so what is half done is in such a one.
setlocal
set "BUNDLE=ZDepth.ofx.bundle"
set "PLUGIN=Contents\Win64\ZDepth.ofx"
set "SOURCE=%~dp0%BUNDLE%"
set "REMOVE="
if /i "%~1"=="/remove" set "REMOVE=1"
if defined REMOVE shift
set "TARGET=%~1"
if not defined TARGET set "TARGET=%CommonProgramW6432%\OFX\Plugins"
if "%TARGET%"=="\OFX\Plugins" set "TARGET=%CommonProgramFiles%\OFX\Plugins"
if defined REMOVE goto remove

if not exist "%SOURCE%\%PLUGIN%" (
    echo There is no %BUNDLE% beside install.cmd: unpack the whole archive first.
    exit /b 1
)
if not exist "%TARGET%\" mkdir "%TARGET%"
if exist "%TARGET%\@ZDepth.new\%PLUGIN%" rmdir /s /q "%TARGET%\@ZDepth.new"
if exist "%TARGET%\@ZDepth.old\%PLUGIN%" rmdir /s /q "%TARGET%\@ZDepth.old"
rem xcopy of Wine 10 takes no name with a blank in it, in quotes neither; short names have none.
for %%d in ("%SOURCE%") do set "FROM=%%~sd"
pushd "%TARGET%"
xcopy "%FROM%" "@ZDepth.new" /e /i /q /y >nul
popd
if not exist "%TARGET%\@ZDepth.new\%PLUGIN%" (
    echo "%TARGET%" cannot be written to. Start install.cmd with the right button: Run as administrator.
    exit /b 1
)
if not exist "%TARGET%\%BUNDLE%\" goto place
ren "%TARGET%\%BUNDLE%" @ZDepth.old
if exist "%TARGET%\%BUNDLE%\" (
    rmdir /s /q "%TARGET%\@ZDepth.new"
    echo The plug-in is in use. Close the programs that use it and start install.cmd again.
    exit /b 1
)
:place
ren "%TARGET%\@ZDepth.new" %BUNDLE%
if exist "%TARGET%\@ZDepth.old\%PLUGIN%" rmdir /s /q "%TARGET%\@ZDepth.old"
if not exist "%TARGET%\%BUNDLE%\%PLUGIN%" (
    echo The plug-in could not be put into "%TARGET%".
    exit /b 1
)
echo Installed: %TARGET%\%BUNDLE%
exit /b 0

:remove
if not exist "%TARGET%\%BUNDLE%\%PLUGIN%" (
    echo There is no %BUNDLE% in "%TARGET%".
    exit /b 1
)
ren "%TARGET%\%BUNDLE%" @ZDepth.old
if exist "%TARGET%\%BUNDLE%\" (
    echo The plug-in is in use, or you are no administrator.
    exit /b 1
)
rmdir /s /q "%TARGET%\@ZDepth.old"
echo Removed: %TARGET%\%BUNDLE%
exit /b 0
