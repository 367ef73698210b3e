Feature: Jobs
  An open temporary job order is a job that workers can see in Shiftline.

  Direct hire stays in Bullhorn: the app is for people on assignment. A job order that has been filled remains
  visible as long as somebody is placed on it, because workers look up the address there.

  Background:
    Given each JobOrder is a job, matched by external_id

  @chart @owner:luis
  Scenario Outline: <Bullhorn field> <flow> <Shiftline field>
    When the connector has been rehearsed
    Then this row of the chart holds

    @must
    Examples: The job
      | Bullhorn field                                                                                          | flow | Shiftline field | rule                                                    | required | note                                     |
      | id                                                                                                      | ->   | external_id     | as text                                                 | yes      | the link                                 |
      | id                                                                                                      | ->   | reference       | "BH-" + id                                              |          | what people say on the phone             |
      | title                                                                                                   | ->   | title           | same text                                               | yes      |                                          |
      | publicDescription                                                                                       | ->   | description     | plain text                                              |          | tags and entities removed                |
      | clientCorporation                                                                                       | ->   | worksite_id     | the worksite with the same id                           | yes      |                                          |
      | address.address1, address.address2, address.city, address.state, address.zip                            | ->   | location_text   | address on one line                                     |          | "12 Main St, Unit 4, Peoria, IL 61602"   |
      | employmentType                                                                                          | ->   | kind            | look up in "Employment type"                            | yes      |                                          |
      | status                                                                                                  | ->   | status          | look up in "Job status"                                 | yes      |                                          |
      | numOpenings                                                                                             | ->   | openings        | or "1" if blank, same number                            |          |                                          |
      | dateAdded                                                                                               | ->   | opened_at       | same date and time                                      |          | time to fill counts from here            |
      | startDate                                                                                               | ->   | starts_on       | same date                                               |          |                                          |
      | dateEnd                                                                                                 | ->   | ends_on         | same date                                               |          |                                          |
      | dateClosed                                                                                              | ->   | closed_on       | date only, in America/Chicago                           |          | closed at 11 pm is closed on that day    |
      | owner                                                                                                   | ->   | recruiter_id    | the recruiter with the same id                          |          |                                          |

    @should
    Examples: Details
      | Bullhorn field                                     | flow | Shiftline field | rule                                                                                             | required | note                                     |
      | clientContact.firstName, clientContact.lastName    | ->   | contact_name    | clientContact.firstName + " " + clientContact.lastName                                           |          | a missing part leaves no blank           |
      | clientContact.phone                                | ->   | contact_phone   | same phone                                                                                       |          |                                          |
      | payRate                                            | ->   | pay_rate        | same amount                                                                                      |          |                                          |
      | payRate, clientBillRate                            | ->   | markup_percent  | = (clientBillRate - payRate) / payRate * 100, rounded to 1 decimals, only when payRate > 0       |          | Bullhorn's own mark-up                   |
      | salary, feeArrangement                             | ->   | estimated_fee   | = salary * feeArrangement / 100, rounded to 2 decimals                                           |          | $100,000 at 20 % is $20,000              |
      | hoursPerWeek                                       | ->   | weekly_hours    | same number                                                                                      |          |                                          |
      | isWorkFromHome                                     | ->   | remote          | yes/no as "Y" and "N"                                                                            |          |                                          |
      | isPublic                                           | ->   | published       | yes if isPublic is 1, otherwise no                                                               |          | -1 and 0 are not public                  |
      | skillList                                          | ->   | skills          | split at ",", every filled item, add, never remove                                               |          | dispatchers add their own                |
      | reportTo                                           | ->   | supervisor      | same text, only if blank                                                                         |          | the app's entry wins                     |
      | yearsRequired                                      | ->   | years_required  | same number, on create only                                                                      |          |                                          |
      | PO number                                          | ->   | po_number       | letters and digits only                                                                          |          |                                          |
      | costCenter                                         | never |                |                                                                                                  |          | client accounting                        |
      | reasonClosed                                       | never |                |                                                                                                  |          | written for us, not for workers          |
      |                                                    | kept | pinned          |                                                                                                  |          | the dispatcher's                         |

  @chart @branch:chicago @owner:luis
  Scenario Outline: in Chicago <Bullhorn field> <flow> <Shiftline field>
    When the connector has been rehearsed
    Then this row of the chart holds

    Examples: Chicago
      | Bullhorn field | flow | Shiftline field | rule                | required | note                              |
      | title, id      | ->   | title           | title + " #" + id   | yes      | Chicago dispatches by job number  |

  @values
  Scenario Outline: <Bullhorn value> means <Shiftline value>
    When the connector has been rehearsed
    Then this row of the table holds

    Examples: Employment type
      | Bullhorn value   | Shiftline value | why                  |
      | Contract         | temp            |                      |
      | Contract To Hire | temp_to_hire    | not the same: a near miss that has gone wrong before |
      | anything else    | error           |                      |

    Examples: Job status
      | Bullhorn value         | Shiftline value | why                                   |
      | Accepting Candidates   | open            |                                       |
      | Currently Interviewing | open            |                                       |
      | Offer Out              | open            | until it is accepted                  |
      | Covered                | on_hold         | enough people, no new applications    |
      | Hold                   | on_hold         |                                       |
      | Placed                 | filled          |                                       |
      | Filled                 | filled          |                                       |
      | Lost                   | closed          |                                       |
      | Archive                | closed          |                                       |
      | anything else          | error           |                                       |

  @population
  Scenario Outline: <who> <outcome>
    When the connector has been rehearsed
    Then this row of the population holds

    Examples: Which job orders are shown
      | who                                       | outcome                  | why                                   |
      | isDeleted is yes                          | leaves the app as closed |                                       |
      | employmentType is "Direct Hire"           | never reaches the app    | the app is for temporaries            |
      | isOpen is yes                             | reaches the app          |                                       |
      | some Placement has (status is "Approved") | reaches the app          | people work there                     |
      | anyone else                               | leaves the app as closed | who worked there can still look it up |

  @lifecycle
  Scenario Outline: <when> <then>
    When the connector has been rehearsed
    Then this row of the lifecycle holds

    Examples: What becomes of jobs
      | when                              | then                             | why                                            |
      | a job order leaves the population | the job becomes closed           |                                                |
      | a job order is deleted            | the job becomes closed           |                                                |
      | a job order comes back            | the same job becomes shown again | opened again, or somebody was placed after all |

  @bad-data
  Scenario Outline: <bad data> <then>
    When the connector has been rehearsed
    Then this row of the bad-data policy holds

    Examples: What becomes of bad job orders
      | bad data              | then               | why                                            |
      | title contains "TEST" | nothing is written | how our people try things in the real Bullhorn |
