# SPDX-FileCopyrightText: 2026 The Zdepth developers
# SPDX-License-Identifier: Apache-2.0
"""A group for Natron: a title or picture between the layers: footage into Source, title into Foreground."""
VALUES = {"opacity": 1.0}


def getPluginID():
    return "org.zdepth.natron.TitleBehind"


def getLabel():
    return "ZDepthTitleBehind"


def getVersion():
    return 1


def getGrouping():
    return "Zdepth"


def getPluginDescription():
    return "Puts the Foreground between the layers of the Source, by depth."


def createInstance(app, group):
    output = app.createNode("fr.inria.built-in.Output", 1, group)
    source = app.createNode("fr.inria.built-in.Input", 1, group)
    source.setScriptName("Source")
    source.setLabel("Source")
    foreground = app.createNode("fr.inria.built-in.Input", 1, group)
    foreground.setScriptName("Foreground")
    foreground.setLabel("Foreground")
    zdepth = app.createNode("org.zdepth.ZDepthCompositor", 2, group)
    for name, value in VALUES.items():
        zdepth.getParam(name).setValue(value)
    zdepth.connectInput(0, source)
    zdepth.connectInput(1, foreground)
    output.connectInput(0, zdepth)
